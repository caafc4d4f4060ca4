"""The formats of this app, in the order in which they are offered."""

from journeys.exports import Format, csv, json, xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS = (
    Format("xlsx", "Excel workbook", "xlsx", XLSX, xlsx.render),
    Format("csv", "CSV tables, zipped", "zip", "application/zip", csv.render, ending="-csv"),
    Format("json", "JSON", "json", "application/json", json.render),
)
