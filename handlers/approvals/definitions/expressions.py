"""Conditions as administrators write them: `金额 >= 5000 and 折扣 < 0.85`. Small, total, without any way out.

simpleeval with most of it taken away: numbers are decimals, names are the fields, functions are ours, and what was not
said makes a comparison false instead of an error.
"""

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

from domain.approvals import Condition, Facts

LONGEST = 500
"""Characters of an expression."""
DEEPEST = 12
"""Nested parts of an expression."""


class BadExpression(ValueError):
    """The text is no condition we evaluate; the message is a Chinese sentence for its author."""


def one_of(value: object, *wanted: object) -> bool:
    """Whether the value is one of these."""
    return value in wanted


def said(value: object) -> bool:
    """Whether the field was filled."""
    return value is not None


FUNCTIONS: Mapping[str, Callable[..., object]] = {"属于": one_of, "one_of": one_of, "有": said, "said": said}

_OPERATORS: Mapping[type[ast.AST], Callable[..., object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_NODES = (
    ast.Expr,
    ast.Name,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.Call,
    ast.Constant,
)
_KEPT = (*_NODES, *_OPERATORS, ast.Module, ast.Load, ast.And, ast.Or)


def condition(text: str, names: Collection[str]) -> Condition:
    """The condition that this text is, checked as far as it can be without a request.

    Args:
        text: the expression, at most `LONGEST` characters.
        names: what it may speak of.

    Raises:
        BadExpression: it is too long, too deep, not an expression, or speaks of something else.
    """
    tree = _parsed(text, names)

    def holds(facts: Facts) -> bool:
        return bool(_evaluated(text, tree, facts))

    return holds


def _parsed(text: str, names: Collection[str]) -> ast.stmt:
    if len(text) > LONGEST:
        raise BadExpression(f"条件太长, 最多{LONGEST}个字符")
    try:
        module = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(f"条件「{text}」不是一个完整的式子") from error
    if len(module.body) != 1 or not isinstance(module.body[0], ast.Expr):
        raise BadExpression(f"条件「{text}」只能是一个式子")
    if _depth(module) > DEEPEST:
        raise BadExpression(f"条件「{text}」嵌套太深, 请拆成几个步骤")
    _check(text, module, names)
    return module.body[0]


def _depth(tree: ast.AST) -> int:
    """How deep the tree is, level by level, without recursion."""
    level, depth = [tree], 0
    while level:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth


def _check(text: str, tree: ast.AST, names: Collection[str]) -> None:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, _KEPT):
            raise BadExpression(f"条件「{text}」里有不支持的写法, 可以用比较、and、or、not、加减乘除")
        if isinstance(node, ast.Call) and (node.keywords or not isinstance(node.func, ast.Name)):
            raise BadExpression(f"条件「{text}」里的函数只能写成: 属于(字段, 值, 值)")
        if isinstance(node, ast.Name):
            known = FUNCTIONS if id(node) in called else names
            if node.id not in known:
                raise BadExpression(f"条件「{text}」里的「{node.id}」不是字段, 可用: {'、'.join(sorted(known))}")
        if isinstance(node, ast.Constant) and type(node.value) not in (int, float, str, bool):
            raise BadExpression(f"条件「{text}」里只能用数字和文字")


class _Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval carries no types
    """simpleeval with decimals, over the nodes that `_check` lets through."""

    nodes: dict[type[ast.AST], Callable[..., object]]

    def __init__(self, text: str, facts: Facts) -> None:
        super().__init__(operators=dict(_OPERATORS), functions=dict(FUNCTIONS), names=dict(facts))
        self.nodes = {kind: self.nodes[kind] for kind in _NODES}
        self.nodes[ast.Constant] = lambda node: self._number(text, node)
        self.nodes[ast.Compare] = self._compared
        self.nodes[ast.BinOp] = self._computed

    @staticmethod
    def _number(text: str, node: ast.Constant) -> object:
        """A literal as it is written: `0.1` is a tenth, not the nearest binary fraction."""
        if isinstance(node.value, str | bool):
            return node.value
        return Decimal(repr(node.value))

    def _compared(self, node: ast.Compare) -> bool:
        left = self._eval(node.left)
        for sign, part in zip(node.ops, node.comparators, strict=True):
            right = self._eval(part)
            equality = isinstance(sign, ast.Eq | ast.NotEq)
            if not equality and (left is None or right is None):
                return False
            if not _OPERATORS[type(sign)](left, right):
                return False
            left = right
        return True

    def _computed(self, node: ast.BinOp) -> object:
        left, right = self._eval(node.left), self._eval(node.right)
        if left is None or right is None:
            return None
        if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
            raise BadExpression("只有数字可以加减乘除")
        return _OPERATORS[type(node.op)](left, right)


def _evaluated(text: str, tree: ast.stmt, facts: Facts) -> Any:
    try:
        return _Evaluator(text, facts).eval(text, previously_parsed=tree)
    except BadExpression as error:
        raise BadExpression(f"条件「{text}」算不出来: {error}") from error
    except (InvalidExpression, DecimalException, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise BadExpression(f"条件「{text}」算不出来, 请检查文字和数字有没有混在一起比较") from error
