"""The formats of this app, in the order in which they are offered."""

from journeys.exports import Format, csv, html, json, markdown, mermaid, xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS = (
    Format("xlsx", "Excel workbook", "xlsx", XLSX, xlsx.render, whole=True),
    Format(
        "csv", "CSV tables, zipped", "zip", "application/zip", csv.render, ending="-csv", whole=True
    ),
    Format("json", "JSON", "json", "application/json", json.render, whole=True),
    Format("html", "HTML page", "html", "text/html; charset=utf-8", html.render, "text"),
    Format("markdown", "Markdown", "md", "text/markdown; charset=utf-8", markdown.render, "text"),
    Format("mermaid", "Mermaid", "mmd", "text/vnd.mermaid", mermaid.render, "text", whole=True),
)
