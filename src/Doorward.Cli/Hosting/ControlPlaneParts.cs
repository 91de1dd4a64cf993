using Doorward.Console;
using Doorward.Control;

namespace Doorward.Cli.Hosting;

/// <summary>What lies above the control plane, the same for <c>up</c> and <c>control-plane</c>: the pages, and where logs go.</summary>
internal static class ControlPlaneParts
{
    public static ControlOptions Add(ControlOptions options, Action<ILoggingBuilder> logging) => options with
    {
        ExtendBuilder = builder =>
        {
            logging(builder.Logging);
            builder.Services.AddDoorwardPages();
        },
        ExtendApp = app => app.MapDoorwardPages(),
    };
}
