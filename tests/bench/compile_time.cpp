// From text to runnable code for generated projects of 10, 100 and 1,000 definitions (measures, audiences and journeys in
// equal parts): reading and checking, and each tier of code.
#include <string>

#include "compiler/service/service.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

std::string project_of(int definitions) {
  std::string text = R"(project bench {
  time zone "Europe/Stockholm"
  currency  EUR
}
profile {
  identity user_id, email
  email_opt_in bool = false
  plan         one of free, premium, family = free
}
event play     { genre text, played duration }
event purchase { amount money }
channel email { reaches email, consent email_opt_in, content { subject text } }
message hello { category lifecycle, email { subject "Hello" } }
protect all { categories lifecycle, at most 2 messages in 1 day }
)";
  for (int i = 0; i < definitions; ++i) {
    std::string n = std::to_string(i), days = std::to_string(1 + i % 60), count = std::to_string(1 + i % 9);
    switch (i % 3) {
      case 0: text += "measure m" + n + " = count of play where played >= " + count + " seconds in last " + days + " days\n"; break;
      case 1: text += "audience a" + n + " = m" + std::to_string(i - 1) + " >= " + count + " and plan is premium and has purchase in last " + days + " days\n"; break;
      default:
        text += "journey j" + n + " {\n  enter   on play where genre is \"g" + n + "\"\n  only if a" + std::to_string(i - 1) +
                "\n  step s { send hello by email, wait " + days + " days }\n}\n";
    }
  }
  return text;
}

}  // namespace

void compile_time() {
  std::printf("\nfrom text to runnable code, one thread\n");
  for (int definitions : {10, 100, 1000}) {
    std::string text = project_of(definitions);
    const int runs = definitions >= 1000 ? 3 : 5;
    size_t errors = 0;
    double check = median_seconds(runs, [&] { errors = wend::Project::from_texts({{"project.wend", text}}).diagnostics().error_count(); });
    wend::Project project = wend::Project::from_texts({{"project.wend", text}});
    if (errors) {
      std::printf("  %5d definitions: %zu errors: %s\n", definitions, errors, project.diagnostics().all().front().message.c_str());
      continue;
    }
    double fast = median_seconds(runs, [&] { wend::compile(project.program(), wend::Tier::fast_compile); });
    double optimised = median_seconds(runs, [&] { wend::compile(project.program(), wend::Tier::optimised); });
    std::printf("  %5d definitions: read and checked %7.1f ms, runnable (O0) %8.1f ms, optimised (O2) %8.1f ms\n", definitions, check * 1e3,
                fast * 1e3, optimised * 1e3);
  }
}

}  // namespace bench
