#pragma once

#include "simulated_server.hpp"

#include "protocol/verdict.hpp"

#include <jobaudit/job_id.hpp>

#include <cstdint>

namespace jobaudit::simulation {

/// What the readers would make of a reply, without its bytes.
[[nodiscard]] protocol::verdict quick_verdict(const reply& from, protocol::wall_time client_time);

/// What is made of an attempt that ended without a reply.
[[nodiscard]] const protocol::verdict& failure_verdict(outcome_kind kind);
[[nodiscard]] const protocol::verdict& job_timeout_verdict();

/// A job's name made of a number, and back.
[[nodiscard]] job_id job_number(std::uint32_t number);
[[nodiscard]] std::uint32_t number_of(const job_id& job);

}  // namespace jobaudit::simulation
