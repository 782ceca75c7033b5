// What settings must be to one another, beside each in its own range.
#pragma once

#include "runtime/settings/report.h"

namespace wend {

void judge(const ServeSettings& settings, SecretsOf secrets, SettingsReport& report);
// Also asks the connector itself whether it can work.
void judge(const ChannelSettings& channel, SettingsReport& report);

}  // namespace wend
