"""DingTalk: a robot of an internal app, over Stream or HTTP."""
