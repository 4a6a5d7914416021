"""A list from its file to a plan, through the deployed stack and under its roles."""

import requests

from local.demo.talk import until
from tests.journeys.shops import LONG, Shop

GUESTS = "Nombre;Móvil\r\nAna;+1 212 555 0133\r\nBen;5,73E+11\r\n".encode("utf-8-sig")


def test_a_list_is_uploaded_read_and_planned_over(shop: Shop) -> None:
    made = shop.tandem.post("lists", {"name": "May", "size": len(GUESTS)})
    put = requests.put(made["upload"]["url"], data=GUESTS, timeout=30)
    shop.tandem.post(f"lists/{made['id']}/read", {})
    path = f"lists/{made['id']}"
    until(lambda: shop.tandem.get(path)["state"] == "ready", seconds=LONG, what="the list")
    broadcast = shop.tandem.post(
        "broadcasts",
        {
            "line": shop.line,
            "name": "May",
            "template": {"name": "order_ready", "language": "en_US"},
            "fill": {"body.1": {"field": "attribute.Nombre"}, "body.2": {"text": "1"}},
            "audience": {"lists": [made["id"]]},
        },
    )
    where = f"broadcasts/{broadcast['id']}"
    until(lambda: bool(shop.tandem.get(where)["plan"]), seconds=LONG, what="its plan")

    read = shop.tandem.get(path)
    assert put.status_code == 200
    assert (read["people"], [row["line"] for row in read["bad"]]) == (1, [3])
    assert shop.tandem.get(where)["plan"]["included"] == 1
    own = {"Authorization": f"Bearer {shop.endpoints.api_key}"}
    deleted = [shop.stack.api("DELETE", f"/{path}", headers=own).status_code for _ in range(2)]
    assert deleted == [200, 404]
    (guest,) = shop.tandem.get(f"{where}/recipients")["items"]
    assert (guest["phone"], guest["state"]) == ("12125550133", "planned")
