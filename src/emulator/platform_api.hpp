#pragma once

#include "emulator/content.hpp"
#include "emulator/fault_plan.hpp"
#include "emulator/reply.hpp"
#include "emulator/request.hpp"
#include "emulator/request_limit.hpp"
#include "emulator/statistics_recorder.hpp"

#include <jobaudit/emulator/emulator.hpp>

#include <string>
#include <string_view>

namespace jobaudit::emulator {

/// Answers what the Platform API answers, and lets go wrong what the script and the fault profile say. For any thread.
class platform_api {
public:
    /// `data` and `recorder` must outlive it.
    platform_api(const emulator_options& options, script steps, const content& data, statistics_recorder& recorder);

    /// Counts the request and fills in its answer.
    void answer(const request& asked, reply& into);

private:
    enum class endpoint : std::uint8_t {
        failed_files,
        information,
        details,
        file_status,
        list,
        list_without_slash,
        unknown
    };

    struct route {
        endpoint where = endpoint::unknown;
        job_id job{};
        std::string_view bad_id{};  ///< what stands in place of a job ID and is none
    };

    [[nodiscard]] static route find_route(std::string_view path) noexcept;
    [[nodiscard]] step choose_step(const route& to, const arrival& when, std::uint64_t hash) const;
    [[nodiscard]] bool refuse_above_limit(reply& into);
    void refuse_for(std::chrono::duration<double> wait, reply& into) const;
    bool refuse_early(const request& asked, const route& to, reply& into);
    [[nodiscard]] bool refuse_key(const request& asked, reply& into) const;
    void apply(const step& what, const request& asked, const route& to, reply& into) const;
    void answer_right(const request& asked, const route& to, reply& into) const;
    void answer_for_job(const route& to, vocabulary words, reply& into) const;
    void answer_failed_files(const job_facts& job, reply& into) const;
    void answer_list(const request& asked, reply& into) const;

    const content& content_;
    statistics_recorder& recorder_;
    script script_;
    fault_plan plan_;
    request_limit limit_;
    work_limit work_limit_;
    limit_of_each_job file_status_limit_{12};
    refusal_options refusal_;
    latency_options latency_;
    std::string key_;
    std::uint64_t seed_;
};

/// Makes the answer go wrong in the way of its fault, as far as status and body are concerned.
void spoil_content(const request& asked, reply& into);

}  // namespace jobaudit::emulator
