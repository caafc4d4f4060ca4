"""What other programs send: read strictly, checked record by record, written in few statements."""

from feedback.push.results import Pushed, Result
from feedback.push.write import push_answers, push_observations

__all__ = ["Pushed", "Result", "push_answers", "push_observations"]
