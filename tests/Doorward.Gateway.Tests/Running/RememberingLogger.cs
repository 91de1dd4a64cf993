using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Tests.Running;

/// <summary>Keeps what was logged, to be looked at.</summary>
internal sealed class RememberingLogger<T>(ConcurrentQueue<string> messages) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        messages.Enqueue(formatter(state, exception));
}
