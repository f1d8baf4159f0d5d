#pragma once

#include "emulator/content.hpp"
#include "emulator/reply.hpp"
#include "emulator/request.hpp"
#include "emulator/statistics_recorder.hpp"

namespace jobaudit::emulator {

/// Answers `/__…`: what the emulator knows and has seen. For any thread.
class control_api {
public:
    /// Both must outlive it.
    control_api(const content& data, statistics_recorder& recorder) : content_{data}, recorder_{recorder} {}

    [[nodiscard]] static bool serves(const request& asked) noexcept { return asked.target.starts_with("/__"); }

    void answer(const request& asked, reply& into);

private:
    const content& content_;
    statistics_recorder& recorder_;
};

}  // namespace jobaudit::emulator
