#pragma once

#include "policy/random.hpp"
#include "policy/time.hpp"

namespace jobaudit::policy {

/// min(`limit`, `base`·2^`failures`), without overflow. `failures` counts those before the current one.
[[nodiscard]] duration exponential(duration base, duration limit, unsigned failures) noexcept;

/// Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): at random from zero to
/// exponential().
[[nodiscard]] duration full_jitter(random_source& random, duration base, duration limit, unsigned failures) noexcept;

/// A pause that a server asked for, stretched so that neither many clients come back at once nor one comes
/// back too early by the server's clock: up to 5 % longer, but no more than a second, and 5 ms. Zero stays
/// zero.
[[nodiscard]] duration at_least(random_source& random, duration asked) noexcept;

}  // namespace jobaudit::policy
