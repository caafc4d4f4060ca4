"""The formats of this app, in the order in which they are offered."""

from journeys.exports import Format, csv, html, json, markdown, mermaid, xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS = (
    Format("xlsx", "Excel workbook", "xlsx", XLSX, xlsx.render),
    Format("csv", "CSV tables, zipped", "zip", "application/zip", csv.render, ending="-csv"),
    Format("json", "JSON", "json", "application/json", json.render),
    Format("html", "HTML page", "html", "text/html; charset=utf-8", html.render),
    Format("markdown", "Markdown", "md", "text/markdown; charset=utf-8", markdown.render),
    Format("mermaid", "Mermaid", "mmd", "text/vnd.mermaid", mermaid.render),
)
