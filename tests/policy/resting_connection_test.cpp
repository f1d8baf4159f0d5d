#include "policy/connection_pool.hpp"

#include "policy/virtual_time.hpp"

namespace jobaudit::policy {

namespace {

/// One that nobody closes, and whose peer says how long it may be idle.
class steady_connection final : public pooled_connection {
public:
    explicit steady_connection(duration idle_timeout) : pooled_connection{1} { idle_timeout_ = idle_timeout; }

    void answer(connection_share& asker, duration took)
    {
        ++answered_;
        order_.note_response(took, true);
        order_.note_answer(asker, {job_id{}, outcome_kind::ok, 0, 0});
    }

    [[nodiscard]] bool still_fresh() override { return true; }
    void give_up() override {}
    void close() noexcept override {}
};

class plain_opening final : public connection_pool::opening {
public:
    using opening::opening;

private:
    void give_way() override {}
};

struct pool_of_one : connection_pool::listener {
    virtual ~pool_of_one() = default;

    std::shared_ptr<steady_connection> open(duration idle_timeout)
    {
        BOOST_TEST_REQUIRE((pool.acquire(share, at({})).what == connection_pool::step::kind::open));
        plain_opening under_way{share, at({})};
        pool.begin(under_way);
        auto made = std::make_shared<steady_connection>(idle_timeout);
        (void)pool.opened(under_way, made, at({}));
        pool.end(under_way, at({}));
        return made;
    }

    void on_closed(std::uint64_t) override {}
    void on_left_over(std::uint64_t, std::size_t) override {}
    void on_look_due(time_point when) override { look_due = when; }

    connection_share share{1};
    pipelining lines{1};
    connection_pool pool{{1min, 1h}, lines, *this, 1};
    time_point look_due{};
};

/// Given back two seconds after the start, behind an answer so early that it is looked at first.
struct rested_connection : pool_of_one {
    rested_connection()
    {
        auto made = open(10s);
        made->answer(share, 500ms);
        made->answer(share, 1ms);
        pool.put_back(std::move(made), at(2s));
        BOOST_TEST_REQUIRE((look_due > at(3s)));
        BOOST_TEST_REQUIRE(!pool.try_acquire(share, at(3s)));
        pool.look(look_due);
    }
    ~rested_connection() override { pool.close_idle(at(1h)); }

    bool is_used_at(time_point now)
    {
        auto got = pool.try_acquire(share, now);
        const bool is_used = got != nullptr;
        if (got)
            pool.give_up(std::move(got), now);
        return is_used;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(resting_connection)

BOOST_FIXTURE_TEST_CASE(is_used_again_within_what_its_peer_announced, rested_connection)
{
    BOOST_TEST(is_used_at(at(2s + 7'900ms)));
}

BOOST_FIXTURE_TEST_CASE(was_idle_while_it_rested_too, rested_connection) { BOOST_TEST(!is_used_at(at(2s + 8'100ms))); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
