"""远山科技, the company of the demo: plain frozen data that any program can seed itself from."""

from bot.playground.company.catalogue import Contact, Customer, Product, StockLevel
from bot.playground.company.company import Company, company_on, files
from bot.playground.company.directory import Directory, directory
from bot.playground.company.history import Approval, Decision, FollowUp, History, Question, Task
from bot.playground.company.members import ChatGroup, Member

__all__ = [
    "Approval",
    "ChatGroup",
    "Company",
    "Contact",
    "Customer",
    "Decision",
    "Directory",
    "FollowUp",
    "History",
    "Member",
    "Product",
    "Question",
    "StockLevel",
    "Task",
    "company_on",
    "directory",
    "files",
]
