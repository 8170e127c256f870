"""A value of each class around a PyPI request that holds a secret, the canary in it."""

from __future__ import annotations

from collections.abc import Callable

from authui.cli.pypi_asking import IndexAnswer
from authui.cli.test_command import Answers
from authui.model.entry import Outcome
from authui.model.lookup import LookupResult, Request
from authui.model.mirror import Mirrored
from authui.model.pypi import KeyringCall, PypiResult, UvAnswer
from authui.model.secret import Secret
from authui.model.url import parse_url
from authui.model.uv_credential import UvCredential
from authui.services.probe.asking import _Asking
from authui.services.probe.planning import Ask, ProbePlan
from authui.services.probe.proxies import Proxy
from authui.services.pypi import _Sent
from authui.services.pypi_front import AskedIndex
from authui.services.pypi_notes import Circumstances
from authui.services.pypi_search import Searched, _Asked
from authui.stores.netrc_edit import Pair, Reading
from authui.stores.pypi.keyring_program import KeyringAnswer
from authui.stores.pypi.uv_credentials import UvLogin
from authui.stores.pypi.uv_netrc_grammar import UvMachine
from authui.ui.answered import Answered
from authui.ui.screens.index_form import TypedIndex
from tests.leaks.canary import CANARY

_SECRET = Secret(CANARY)
_URL = parse_url(f"https://user:{CANARY}@a.example/{CANARY}")
_CREDENTIAL = UvCredential(CANARY, _SECRET)
_CALL = KeyringCall("a.example", "user", Outcome.HIT, None, (_SECRET, _SECRET))
_SEARCHED = Searched(_CREDENTIAL, "keyring", (), (_CALL,))
_ANSWER = UvAnswer(_SECRET, "Basic", (_CALL,))
_REQUEST = Request(_SECRET, "https://a.example", _SECRET, "Basic")
_RATTLER = LookupResult("https://a.example", None, _REQUEST, None, "why", ())

_RESULT = PypiResult(
    "https://a.example", _RATTLER, _ANSWER, _REQUEST, None, "keyring", "why", (), (_CALL,)
)

_ASK = Ask(_SECRET, _SECRET)

VALUES: dict[str, Callable[[], object]] = {
    "authui.cli.pypi_asking.IndexAnswer": lambda: IndexAnswer(_RESULT),
    "authui.cli.test_command.Answers": lambda: Answers(_URL.text, _RATTLER, IndexAnswer(_RESULT)),
    "authui.model.pypi.KeyringCall": lambda: _CALL,
    "authui.model.pypi.UvAnswer": lambda: _ANSWER,
    "authui.model.pypi.PypiResult": lambda: _RESULT,
    "authui.model.uv_credential.UvCredential": lambda: _CREDENTIAL,
    "authui.services.pypi._Sent": lambda: _Sent(_SECRET, "keyring", _SEARCHED),
    "authui.services.pypi_front.AskedIndex": lambda: AskedIndex(
        _URL, _URL, _URL, _CREDENTIAL, _URL, Mirrored(_URL.text, (_URL.text,))
    ),
    "authui.services.pypi_notes.Circumstances": lambda: Circumstances(
        _URL, _CREDENTIAL, None, None, True, ()
    ),
    "authui.services.pypi_search.Searched": lambda: _SEARCHED,
    "authui.services.pypi_search._Asked": lambda: _Asked([], [_CALL]),
    "authui.services.probe.asking._Asking": lambda: _Asking(_ASK, 0.0),
    "authui.services.probe.planning.Ask": lambda: _ASK,
    "authui.services.probe.planning.ProbePlan": lambda: ProbePlan(
        "a.example", "https://a.example", _ASK, _ASK
    ),
    "authui.services.probe.proxies.Proxy": lambda: Proxy("p.example", 1, (_SECRET, _SECRET)),
    "authui.ui.answered.Answered": lambda: Answered(_RATTLER, _RESULT),
    "authui.ui.screens.index_form.TypedIndex": lambda: TypedIndex(
        "https://a.example", "user", _SECRET, "keyring"
    ),
    "authui.stores.netrc_edit.Pair": lambda: Pair("user", _SECRET),
    "authui.stores.netrc_edit.Reading": lambda: Reading(
        {"a": Pair("user", _SECRET)}, {"a": Pair("user", _SECRET)}
    ),
    "authui.stores.pypi.keyring_program.KeyringAnswer": lambda: KeyringAnswer("hit", _SECRET),
    "authui.stores.pypi.uv_credentials.UvLogin": lambda: UvLogin(_URL, _CREDENTIAL),
    "authui.stores.pypi.uv_netrc_grammar.UvMachine": lambda: UvMachine("a", "user", _SECRET, 1),
}
"""By the module and name of the class."""
