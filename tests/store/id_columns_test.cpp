#include "store/read_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace jobaudit::test;

const std::vector<std::string> usual_names{"job_id", "id", "jobId", "job-id", "Job ID", "JOB_ID", "uuid", "UUID"};

}  // namespace

BOOST_AUTO_TEST_SUITE(id_columns)

BOOST_AUTO_TEST_CASE(have_the_usual_names_in_any_spelling)
{
    for (const auto& name : usual_names) {
        BOOST_TEST((entries_of("a," + name + ",b\nx," + id(1) + ",y\n").jobs == numbered_jobs(1)), name);
        BOOST_TEST((entries_of(name + "\n" + id(1) + "\n").jobs == numbered_jobs(1)), name);
        BOOST_TEST((entries_of("{\"a\":1,\"" + name + "\":\"" + id(1) + "\"}\n").jobs == numbered_jobs(1)), name);
        BOOST_TEST((entries_of("| a | " + name + " |\n|---|---|\n| x | " + id(1) + " |\n").jobs == numbered_jobs(1)),
                   name);
    }
}

BOOST_AUTO_TEST_CASE(are_those_of_the_job_rather_than_any_other)
{
    BOOST_TEST((entries_of("uuid,id,job id\n" + id(8) + "," + id(9) + "," + id(1) + "\n").jobs == numbered_jobs(1)));
    BOOST_TEST((entries_of("uuid;id\n" + id(8) + ";" + id(1) + "\n").jobs == numbered_jobs(1)));
    BOOST_TEST((entries_of(R"({"uuid":")" + id(8) + R"(","jobId":")" + id(1) + R"(","id":")" + id(9) + "\"}").jobs ==
                numbered_jobs(1)));
    // A number is no ID.
    BOOST_TEST((entries_of(R"({"id":17,"uuid":")" + id(1) + "\"}").jobs == numbered_jobs(1)));
}

BOOST_AUTO_TEST_CASE(may_be_named)
{
    const auto csv = "id,Parent job,x\n" + id(9) + "," + id(1) + ",1\n";
    BOOST_TEST((entries_of(csv, "jobs", "Parent job").jobs == numbered_jobs(1)));
    BOOST_TEST((entries_of(csv, "jobs", "parent_job").jobs == numbered_jobs(1)));
    BOOST_TEST((entries_of("ref\n" + id(1) + "\n", "jobs", "ref").jobs == numbered_jobs(1)));
    BOOST_TEST(
        (entries_of(R"({"id":")" + id(9) + R"(","ref":")" + id(1) + "\"}", "jobs", "ref").jobs == numbered_jobs(1)));
    BOOST_TEST(
        (entries_of(R"([{"id":")" + id(9) + R"(","ref":")" + id(1) + "\"}]", "jobs", "ref").jobs == numbered_jobs(1)));
    BOOST_TEST(
        (entries_of(" id | ref \n----+-----\n 1 | " + id(1) + "\n(1 row)\n", "jobs", "ref").jobs == numbered_jobs(1)));
}

BOOST_AUTO_TEST_CASE(that_are_not_there_are_answered_with_those_that_are)
{
    BOOST_TEST(contains(refusal("id,status\n" + id(1) + ",x\n", "jobs", "ref"),
                        "jobs has no column \"ref\"; its columns are: id, status"));
    BOOST_TEST(
        contains(refusal(id(1) + "\n", "jobs", "ref"), "jobs has no column \"ref\"; its first line is: " + id(1)));
    BOOST_TEST(contains(refusal("{\"id\":\"" + id(1) + "\",\"status\":1}\n{\"x\":1}\n", "jobs", "ref"),
                        "jobs has no field \"ref\"; the fields of its first record are: id, status"));
    BOOST_TEST(
        contains(refusal("[{\"id\":\"" + id(1) + "\"}]", "jobs", "ref"), "the fields of its first record are: id"));
    BOOST_TEST(contains(refusal("{\"job\":\"" + id(1) + "\"}"),
                        "jobs has no field job_id, id or uuid; the fields of its first record are: job"));
    BOOST_TEST(contains(refusal("name,status\nx,y\n"), "no column job_id, id or uuid; its columns are: name, status"));
    BOOST_TEST(
        contains(refusal("| name | status |\n|--|--|\n| x | y |\n", "jobs", "id"), "its columns are: name, status"));
    BOOST_TEST(contains(refusal("identifier\n" + id(1) + "\n", "jobs.csv"), "its first line is: identifier"));
}

BOOST_AUTO_TEST_SUITE_END()
