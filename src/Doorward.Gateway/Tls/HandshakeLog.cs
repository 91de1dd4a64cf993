using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Tls;

/// <summary>
/// What OpenSSL says of a handshake that it ends, of which Kestrel tells its log alone: so this is a log, of that one category. It knows whose
/// handshake it is by the flow of calls. A certificate that is shown without its key never reaches the code that judges certificates.
/// </summary>
internal sealed class HandshakeLog : ILoggerProvider, ILogger
{
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware";

    // OpenSSL's codes (library 20, TLS, shifted by 23): the reasons bad signature, wrong signature type and wrong curve. Only a client that was
    // asked for a certificate, and showed one, signs anything.
    private const int Tls = 20 << 23;
    private static readonly int[] s_unsigned = [Tls | 123, Tls | 370, Tls | 378];
    private static readonly AsyncLocal<HandshakeOutcome?> s_outcome = new();

    /// <summary>Of the handshake that the caller is about to begin.</summary>
    public static HandshakeOutcome Watch() => s_outcome.Value = new HandshakeOutcome();

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Debug;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is CryptographicException && s_unsigned.Contains(cause.HResult) && s_outcome.Value is { } outcome) outcome.IsKeyless = true;
        }
    }

    public void Dispose()
    {
        // It holds nothing.
    }
}

internal sealed class HandshakeOutcome
{
    /// <summary>A certificate was shown, and what was to prove its key was not signed by it.</summary>
    public bool IsKeyless { get; set; }
}
