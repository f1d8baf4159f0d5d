#pragma once

#include <string_view>

namespace jobaudit::cli {

/// Writes all of it, unbuffered. Gives 0 or an errno value.
[[nodiscard]] int write_all(int descriptor, std::string_view text) noexcept;

/// Takes the places of those among stdin, stdout and stderr that are closed, so that nothing else that the program
/// opens gets them; reading and writing there fails as it did. To be called before anything is opened.
void occupy_closed_streams() noexcept;

/// Writes to stderr. What can't be written is lost, as there is nobody to tell.
void tell(std::string_view text) noexcept;

/// Writes a result to stdout. Throws failure when that can't be done.
void print(std::string_view text);

}  // namespace jobaudit::cli
