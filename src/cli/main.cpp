#include "cli/program.hpp"

#include <cstddef>

int main(int argc, char** argv) { return jobaudit::cli::run_program({argv, static_cast<std::size_t>(argc)}); }
