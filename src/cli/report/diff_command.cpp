#include "cli/report/diff_command.hpp"

#include "cli/exit_code.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/report/diff_text.hpp"
#include "cli/terminal/terminal.hpp"
#include "protocol/control_characters.hpp"
#include "report/failure_diff.hpp"
#include "store/output/outcome_source.hpp"

#include <boost/json/serialize.hpp>

#include <unistd.h>

namespace jobaudit::cli {

int run_diff(const diff_arguments& arguments)
{
    const auto older = store::open_outcomes(arguments.older, arguments.older_run);
    const auto newer = store::open_outcomes(arguments.newer, arguments.newer_run);
    for (const auto* file : {older.get(), newer.get()})
        if (!file->note().empty())
            tell("jobaudit: " + file->note() + '\n');
    const auto diff = report::compare(*older, *newer);
    print(arguments.json ? protocol::with_escaped_controls(boost::json::serialize(diff_json(diff))) + '\n'
                         : diff_text(diff, older->name(), newer->name(), arguments.top, text_width(STDOUT_FILENO)));
    return to_int(exit_code::complete);
}

}  // namespace jobaudit::cli
