"""The journey as tidy tables: CSV files and pictures in one zip."""

from journeys.exchange.csv_folder import write_folder
from journeys.exchange.tables import tables_of
from journeys.exports.extra_tables import extra_tables
from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the zip; the same bytes for the same map."""
    tables = [*tables_of(material.content), *extra_tables(material, options)]
    return Rendered(write_folder(tables))
