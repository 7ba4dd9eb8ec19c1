"""Which parts a template card of each type has, and how long they should be (protocol 5.4, 5.10, 5.11)."""

import re
from typing import Literal

Flavour = Literal["app", "webhook", "bot"]

NOTICES = ("text_notice", "news_notice")
INTERACTIONS = ("button_interaction", "vote_interaction", "multiple_interaction")

TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")

PARTS = {
    "text_notice": "source action_menu main_title quote_area emphasis_content sub_title_text"
    " horizontal_content_list jump_list card_action",
    "news_notice": "source action_menu main_title quote_area image_text_area card_image vertical_content_list"
    " horizontal_content_list jump_list card_action",
    "button_interaction": "source action_menu main_title quote_area sub_title_text horizontal_content_list"
    " card_action button_selection button_list",
    "vote_interaction": "source main_title checkbox submit_button",
    "multiple_interaction": "source main_title select_list submit_button",
}

RECOMMENDED = {
    "app": {
        "source.desc": 20,
        "main_title.title": 36,
        "main_title.desc": 44,
        "emphasis_content.title": 14,
        "emphasis_content.desc": 22,
        "sub_title_text": 160,
        "keyname": 5,
        "value": 30,
        "jump_list.title": 18,
        "vertical.title": 38,
        "vertical.desc": 160,
        "select.option": 16,
        "checkbox.option": 17,
        "button.text": 10,
    },
    "bot": {
        "source.desc": 13,
        "main_title.title": 26,
        "main_title.desc": 30,
        "emphasis_content.title": 10,
        "emphasis_content.desc": 15,
        "sub_title_text": 112,
        "keyname": 5,
        "value": 26,
        "jump_list.title": 13,
        "vertical.title": 26,
        "vertical.desc": 112,
        "select.title": 13,
        "select.option": 10,
        "checkbox.option": 11,
        "button.text": 10,
    },
}
RECOMMENDED["webhook"] = RECOMMENDED["bot"]
