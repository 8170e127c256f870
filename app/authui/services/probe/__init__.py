"""Asking a server what it thinks of a credential: one request with it, and one without."""

from authui.services.probe.judging import answer_words, is_good, is_unanswered, probe
from authui.services.probe.planning import ProbePlan, plan_probe

__all__ = ["ProbePlan", "answer_words", "is_good", "is_unanswered", "plan_probe", "probe"]
