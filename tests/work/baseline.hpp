#pragma once

#include "work/measured_audit.hpp"

#include <string>

namespace jobaudit::test {

/// The figures that stand in the repository, and the build that they are of.
struct baseline {
    std::string build;
    work_figures figures;
};

[[nodiscard]] baseline read_baseline(const std::string& path);

/// Whole numbers, and hundredths below 100: more digits would differ from run to run.
void write_baseline(const std::string& path, const baseline& what);

/// What is wrong or worth a word about a figure against its baseline; empty when they agree within 5 %.
struct remark {
    bool is_worse = false;
    std::string text{};
};
[[nodiscard]] remark compare(const std::string& name, double measured, double expected);

}  // namespace jobaudit::test
