using System.Collections.Concurrent;
using Doorward.Cli.Output;

namespace Doorward.Cli.Hosting;

/// <summary>
/// Writes the log of a running product to DIR/logs/doorward.log, one line an event, and keeps one older file. A log that cannot be
/// written never stops the product: what must not be lost is in the audit log.
/// </summary>
internal sealed class FileLog : ILoggerProvider
{
    private const long LargestFile = 16 * 1024 * 1024;
    private readonly BlockingCollection<string> _lines = new(10_000);
    private readonly Thread _writer;
    private readonly string _path;

    public FileLog(string folder)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, "doorward.log");
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public static void Add(ILoggingBuilder logging, string folder)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Yarp", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Error);
        logging.AddFilter("OpenIddict", LogLevel.Warning);
#pragma warning disable CA2000 // the logger factory owns it
        logging.AddProvider(new FileLog(folder));
#pragma warning restore CA2000
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
        _lines.CompleteAdding();
        _writer.Join();
        _lines.Dispose();
    }

    private void Write()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            try
            {
                if (new FileInfo(_path) is { Exists: true, Length: > LargestFile })
                    File.Move(_path, _path + ".1", overwrite: true);
                File.AppendAllText(_path, line);
            }
            catch (IOException)
            {
                // A full disk: the doors close by the audit log's rule, not by this one's.
            }
            catch (UnauthorizedAccessException)
            {
            }
        }
    }

    private sealed class Logger(FileLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = $"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {logLevel} {category} {formatter(state, exception)}";
            if (exception is not null)
                text += " | " + exception;
            if (!log._lines.IsAddingCompleted)
                log._lines.TryAdd(Printable.OneLine(text) + "\n");
        }
    }
}
