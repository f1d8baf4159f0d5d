#include "cli/program.hpp"

#include <string>
#include <vector>

int main(int argc, char** argv)
{
    const std::vector<std::string> arguments{argv, argv + argc};
    return jobaudit::cli::run_program(arguments);
}
