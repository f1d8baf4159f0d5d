#pragma once

#include "client/batch_checks.hpp"
#include "client/live_client.hpp"

namespace jobaudit::test {

/// A client, and a platform without faults that holds 300 jobs.
struct platform_of_300 : live_client {
    platform_of_300() : live_client{{.jobs = 300, .records_per_job = 2}} {}

    void check_all(const batch_result& batch)
    {
        BOOST_TEST(!batch.error);
        check_each_once(jobs(), batch.outcomes);
        check_truth(server, batch.outcomes);
        check_sums(batch.totals, batch.outcomes);
        BOOST_TEST(batch.totals.stopped == stop_reason::none);
    }
};

}  // namespace jobaudit::test
