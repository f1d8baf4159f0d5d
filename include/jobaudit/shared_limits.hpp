#pragma once

#include <memory>

namespace jobaudit::policy {
class origin_state;
}

namespace jobaudit {

/// What several clients of one origin keep to together, in their single fetches and their audits: one rate, and what
/// each of them learns of the server: pauses that it asks for, how much it takes, outages. Given to each of them in
/// client_options::limits.
///
/// Thread safety: may be shared by clients on any threads; members may be called concurrently.
class shared_limits {
public:
    /// `rate`: most requests a second of all clients together, retries among them; 0: no limit. `burst` (≥ 1): of them
    /// at once after a pause. Throws option_error naming the parameter.
    explicit shared_limits(double rate = 0, unsigned burst = 1);

    /// Changes the rate; takes effect with the next request. Throws option_error.
    void set_rate(double per_second);

    /// For the library's own use.
    [[nodiscard]] const std::shared_ptr<policy::origin_state>& state() const noexcept { return state_; }

private:
    const std::shared_ptr<policy::origin_state> state_;
};

}  // namespace jobaudit
