#include "faults/fault_case.hpp"

namespace jobaudit::test {

namespace {

using door = fault_proxy::door;

constexpr auto short_time = 1s;

effect unresolved(errc error, unsigned attempts)
{
    return {outcome_kind::dns, error, attempts, 0, 0, fate::never_made};
}

effect unconnected(errc error, unsigned attempts)
{
    return {outcome_kind::connect, error, attempts, 0, 0, fate::never_made};
}

constexpr effect good_at_once{};
constexpr effect good_at_the_second_attempt{.attempts = 2, .first = fate::never_made};

}  // namespace

std::vector<fault_case> connecting_faults()
{
    return {
        {.name = "the host name does not exist",
         .expected = unresolved(errc::host_not_found, 1),
         .recovers = recovery::never,
         .names = {{.code = EAI_NONAME}}},
        {.name = "the host name does not exist when it is asked for once",
         .expected = good_at_once,
         .names = {{.code = EAI_NONAME}, {.addresses = {"127.0.0.1"}}}},
        {.name = "the name server does not answer",
         .expected = unresolved(errc::name_resolution_failed, 3),
         .recovers = recovery::never,
         .names = {{.code = EAI_AGAIN}}},
        {.name = "the name server does not answer once",
         .expected = good_at_the_second_attempt,
         .names = {{.code = EAI_AGAIN}, {.addresses = {"127.0.0.1"}}}},
        {.name = "the name server fails once",
         .expected = good_at_the_second_attempt,
         .names = {{.code = EAI_FAIL}, {.addresses = {"127.0.0.1"}}}},

        {.name = "connections are refused",
         .expected = unconnected(errc::connect_failed, 3),
         .door = door::refusing,
         .recovers = recovery::behind_job},
        {.name = "the first connection is refused",
         .expected = good_at_the_second_attempt,
         .door = door::refusing,
         .recovers = recovery::before_retry},
        {.name = "connections vanish in a black hole",
         .expected = unconnected(errc::connect_timed_out, 2),
         .door = door::silent,
         .recovers = recovery::behind_job,
         .attempts = 2,
         .connect_timeout = short_time},
        {.name = "the attempt ends before the connection's own time in a black hole",
         .expected = {outcome_kind::timeout, errc::attempt_timed_out, 1, 0, 0, fate::never_made},
         .door = door::silent,
         .recovers = recovery::behind_job,
         .attempts = 1,
         .timeout = short_time},

        {.name = "IPv6 is a black hole and IPv4 works",
         .expected = good_at_once,
         .names = {{.addresses = {"::1", "127.0.0.1"}}},
         .dead_ends = {{.address = "::1", .silent = true}}},
        {.name = "IPv6 is refused and IPv4 works",
         .expected = good_at_once,
         .names = {{.addresses = {"::1", "127.0.0.1"}}},
         .dead_ends = {{.address = "::1"}}},
        {.name = "two of three addresses are a black hole",
         .expected = good_at_once,
         .names = {{.addresses = {"127.0.0.2", "127.0.0.3", "127.0.0.1"}}},
         .dead_ends = {{.address = "127.0.0.2", .silent = true}, {.address = "127.0.0.3", .silent = true}}},
        {.name = "two of three addresses are refused",
         .expected = good_at_once,
         .names = {{.addresses = {"127.0.0.2", "127.0.0.3", "127.0.0.1"}}},
         .dead_ends = {{.address = "127.0.0.2"}, {.address = "127.0.0.3"}}},
        {.name = "a black hole in IPv6 and a refusal in IPv4",
         .expected = unconnected(errc::connect_timed_out, 1),
         .recovers = recovery::never,
         .names = {{.addresses = {"::1", "127.0.0.2"}}},
         .dead_ends = {{.address = "::1", .silent = true}, {.address = "127.0.0.2"}},
         .attempts = 1,
         .connect_timeout = short_time},
        {.name = "all addresses refuse",
         .expected = unconnected(errc::connect_failed, 3),
         .recovers = recovery::never,
         .names = {{.addresses = {"::1", "127.0.0.2"}}},
         .dead_ends = {{.address = "::1"}, {.address = "127.0.0.2"}}},
    };
}

}  // namespace jobaudit::test
