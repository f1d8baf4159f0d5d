#pragma once

#include "simulated_batch.hpp"

namespace jobaudit::simulation {

/// The smallest world found in which something still goes wrong: fewer jobs, lanes, schedulers and features than
/// `failing`, where that is possible.
[[nodiscard]] world_choice shrunk(const world_choice& failing);

/// Plays the world of a choice.
[[nodiscard]] world_result play(const world_choice& choice);

}  // namespace jobaudit::simulation
