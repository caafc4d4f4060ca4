"""Addresses of cases, of what customers are told in the end, and of one customer's timeline."""

from django.urls import path

from feedback.views import case_rules, cases, customers, follow_ups

urlpatterns = [
    path("w/<slug:workspace>/cases/", cases.case_list, name="case_list"),
    path("w/<slug:workspace>/cases/figures/", cases.case_figures, name="case_figures"),
    path("w/<slug:workspace>/cases/rules/", case_rules.case_rule_list, name="case_rule_list"),
    path(
        "w/<slug:workspace>/cases/rules/new/", case_rules.case_rule_create, name="case_rule_create"
    ),
    path(
        "w/<slug:workspace>/cases/rules/<int:pk>/",
        case_rules.case_rule_edit,
        name="case_rule_edit",
    ),
    path(
        "w/<slug:workspace>/cases/rules/<int:pk>/delete/",
        case_rules.case_rule_delete,
        name="case_rule_delete",
    ),
    path("w/<slug:workspace>/cases/<int:pk>/", cases.case_detail, name="case_detail"),
    path("w/<slug:workspace>/cases/<int:pk>/<slug:step>/", cases.case_step, name="case_step"),
    path(
        "w/<slug:workspace>/follow-ups/new/", follow_ups.follow_up_create, name="follow_up_create"
    ),
    path(
        "w/<slug:workspace>/follow-ups/<int:pk>/",
        follow_ups.follow_up_detail,
        name="follow_up_detail",
    ),
    path("w/<slug:workspace>/customers/", customers.customer_search, name="customer_search"),
    path(
        "w/<slug:workspace>/customers/<slug:key>/",
        customers.customer_timeline,
        name="customer_timeline",
    ),
]
