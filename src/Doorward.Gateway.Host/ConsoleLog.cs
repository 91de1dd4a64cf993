using Microsoft.Extensions.Logging.Console;

namespace Doorward.Gateway.Host;

/// <summary>One line an event on standard error, as service managers expect it.</summary>
internal static class ConsoleLog
{
    public static void Add(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // What stops the host is said once, as the last line.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

        // The forwarder warns of every stream that we cut.
        logging.AddFilter("Yarp", LogLevel.Error);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
