from __future__ import annotations

from uwclient.background.posting import MOST_KEPT_BACK, Posting
from uwclient.models.notices import Delivered, Notice, RequestMade, RequestsMade, SegmentsRefreshed, ServerTimes
from uwclient.models.session import TimeSample

REMARK = Delivered(1, True, None)


def test_remarks_are_posted_before_the_notice_that_matters() -> None:
    posted: list[Notice] = []
    post = Posting().by(posted.append)
    post(REMARK)
    assert posted == []
    post(SegmentsRefreshed())
    assert posted == [REMARK, SegmentsRefreshed()]


def test_remarks_are_posted_when_the_worker_has_nothing_to_do() -> None:
    posted: list[Notice] = []
    posting = Posting()
    posting.by(posted.append)(REMARK)
    posting.post_all()
    posting.post_all()
    assert posted == [REMARK]


def test_no_more_than_a_few_remarks_are_kept_back() -> None:
    posted: list[Notice] = []
    post = Posting().by(posted.append)
    for _ in range(MOST_KEPT_BACK):
        post(REMARK)
    assert posted == [REMARK] * MOST_KEPT_BACK


def test_all_requests_are_one_notice_and_all_times_are_one_in_their_order() -> None:
    posted: list[Notice] = []
    post = Posting().by(posted.append)
    samples = [TimeSample(float(number), 0.0, 1.0) for number in range(3)]
    requests = [RequestMade("GET", f"/{number}", 200, None, 0.0, 0.1) for number in range(3)]
    for request, sample in zip(requests, samples, strict=True):
        post(RequestsMade((request,)))
        post(ServerTimes((sample,)))
        post(REMARK)
    post(SegmentsRefreshed())
    assert posted == [
        RequestsMade(tuple(requests)),
        ServerTimes(tuple(samples)),
        *[REMARK] * 3,
        SegmentsRefreshed(),
    ]


def test_notices_of_two_ways_are_not_joined() -> None:
    posted: list[tuple[str, Notice]] = []
    posting = Posting()
    time = ServerTimes((TimeSample(1.0, 0.0, 1.0),))
    for way in ("run", "always"):
        posting.by(lambda notice, way=way: posted.append((way, notice)))(time)  # type: ignore[misc]
    posting.post_all()
    assert posted == [("run", time), ("always", time)]


def test_what_is_posted_in_several_ways_stays_in_order() -> None:
    posted: list[tuple[str, Notice]] = []
    posting = Posting()
    of_run = posting.by(lambda notice: posted.append(("run", notice)))
    always = posting.by(lambda notice: posted.append(("always", notice)))
    of_run(REMARK)
    always(Delivered(1, True, None))
    of_run(SegmentsRefreshed())
    assert [way for way, _ in posted] == ["run", "always", "run"]
