"""The playground's own envelope, judged by recorded vectors, wechatpy and the official npm package."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.wecom.envelope import BadEnvelope, Envelope, Sealed, aes_key, decrypt_bytes
from tests.bot.playground.wecom_service import CORP, KEY, TOKEN

ROOT = Path(__file__).parents[3]
RECORDED = json.loads((ROOT / "tests/deliveries/wecom/vectors.json").read_text("utf-8"))
VECTORS = [*RECORDED["vectors"], *RECORDED["published"]]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


def opened(vector: dict[str, Any]) -> str:
    sealed = Sealed(vector["encrypt"], vector["msg_signature"], vector["timestamp"], vector["nonce"])
    return Envelope(vector["token"], vector["encoding_aes_key"], vector["receiveid"]).open(sealed)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_recorded_vector_is_opened_or_refused(vector: dict[str, Any]) -> None:
    if vector["expect"]["verdict"] == "accept":
        assert opened(vector) == vector["plaintext"]
        return
    with pytest.raises(BadEnvelope) as refused:
        opened(vector)
    assert refused.value.code == vector["expect"]["code"]


def test_the_copy_is_that_of_the_protocol() -> None:
    original = ROOT.parent / "shared/protocols/wecom_vectors.json"
    if not original.exists():
        pytest.skip("the protocol documents are not beside this checkout")
    assert json.loads(original.read_text("utf-8")) == RECORDED


def test_a_recorded_file_of_an_ai_bot() -> None:
    (medium,) = RECORDED["media"]
    content = base64.b64decode(medium["plaintext_base64"])
    sealed = Envelope("", medium["encoding_aes_key"], "").seal_file(content)
    assert base64.b64encode(sealed).decode() == medium["ciphertext_base64"]
    assert decrypt_bytes(aes_key(medium["encoding_aes_key"]), sealed) == content


@pytest.mark.parametrize("key", ["", "short", "!" * 43, "a" * 44])
def test_a_key_of_another_shape_is_refused(key: str) -> None:
    with pytest.raises(BadEnvelope) as refused:
        aes_key(key)
    assert refused.value.code == -40004


@settings(deadline=None)
@given(plain=TEXTS, owner=st.sampled_from(["", CORP]))
def test_what_is_sealed_opens(plain: str, owner: str) -> None:
    envelope = Envelope(TOKEN, KEY, owner)
    assert envelope.open(envelope.seal(plain, timestamp="1", nonce="2")) == plain


@settings(deadline=None)
@given(plain=TEXTS)
def test_wechatpy_opens_it(plain: str) -> None:
    crypto = pytest.importorskip("wechatpy.enterprise.crypto")
    sealed = Envelope(TOKEN, KEY, CORP).seal(plain, timestamp="1767585600", nonce="42")
    judge = crypto.WeChatCrypto(TOKEN, KEY, CORP)
    opened = judge.decrypt_message({"Encrypt": sealed.encrypt}, sealed.signature, "1767585600", "42")
    assert (opened.decode() if isinstance(opened, bytes) else opened) == plain


SCRIPT = """
const { decrypt, getSignature } = require("@wecom/crypto");
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
const open = ({ token, key, encrypt, timestamp, nonce }) => {
  const { message, id } = decrypt(key, encrypt);
  return { message, id, signature: getSignature(token, timestamp, nonce, encrypt) };
};
console.log(JSON.stringify(cases.map(open)));
"""


@pytest.fixture(scope="module")
def npm_package() -> Path:
    """A folder with `@wecom/crypto`, installed once; skipped where there is no node or no network."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("node and npm are not installed")
    folder = ROOT / ".cache/node"
    if not (folder / "node_modules/@wecom/crypto").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        try:
            done = subprocess.run([*command, "@wecom/crypto@1.0.1"], capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip("npm did not answer in time")
        if done.returncode:
            pytest.skip(f"@wecom/crypto cannot be installed: {done.stderr.decode(errors='replace')[:200]}")
    return folder


def test_the_official_package_opens_it(npm_package: Path) -> None:
    plains = ["", "x" * 26, "跟进 华东医疗 👨‍👩‍👧 已报价", "<xml>]]></xml>", *("y" * size for size in range(32))]
    cases, expected = [], []
    for owner in (CORP, ""):
        for plain in plains:
            sealed = Envelope(TOKEN, KEY, owner).seal(plain, timestamp="1767585600", nonce="42")
            case = {"token": TOKEN, "key": KEY, "encrypt": sealed.encrypt, "timestamp": "1767585600", "nonce": "42"}
            cases.append(case)
            expected.append({"message": plain, "id": owner, "signature": sealed.signature})
    run = ["node", "-e", SCRIPT]
    done = subprocess.run(run, input=json.dumps(cases).encode(), cwd=npm_package, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == expected
