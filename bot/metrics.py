"""What is counted and timed, for `/metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)


class Metrics:
    """The counters of one running service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self.received = Counter(
            "gendan_messages_received", "Callbacks and frames that came in", ["channel"], registry=registry
        )
        self.refused = Counter("gendan_messages_refused", "Callbacks turned away", ["channel"], registry=registry)
        self.kept = Counter(
            "gendan_messages_kept", "Messages kept, repeats not counted", ["channel"], registry=registry
        )
        self.handled = Counter("gendan_messages_handled", "Messages handled", ["channel"], registry=registry)
        self.failed = Counter(
            "gendan_messages_failed", "Attempts to handle that failed", ["channel"], registry=registry
        )
        self.to_ack = Histogram(
            "gendan_acknowledged_seconds",
            "From arrival to acknowledgement",
            ["channel"],
            buckets=FAST,
            registry=registry,
        )
        self.to_handled = Histogram(
            "gendan_handled_seconds", "From arrival to handled", ["channel"], buckets=FAST, registry=registry
        )
        self.deliveries = Counter(
            "gendan_deliveries", "Outgoing calls by outcome", ["channel", "outcome"], registry=registry
        )
        self.inbox_waiting = Gauge("gendan_inbox_waiting", "Messages waiting to be handled", registry=registry)
        self.outbox_waiting = Gauge("gendan_outbox_waiting", "Messages waiting to be delivered", registry=registry)
        self.outbox_oldest = Gauge(
            "gendan_outbox_oldest_seconds", "Age of the oldest waiting message", registry=registry
        )
        self.outbox_abandoned = Gauge("gendan_outbox_abandoned", "Messages given up", registry=registry)
        self.timers_failed = Gauge("gendan_timers_failed", "Timers tried in vain too often", registry=registry)

    def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self.registry)
