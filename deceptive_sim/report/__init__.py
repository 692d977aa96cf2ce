"""Reports: figures, tables and a page of finished results. It draws and computes nothing.

Importing this package is cheap: matplotlib, seaborn and Jinja2 are loaded when a report is written.
"""

from deceptive_sim.report.words import finding
from deceptive_sim.report.write import write_report
from deceptive_sim.report.write_model import write_model_report

__all__ = ["finding", "write_model_report", "write_report"]
