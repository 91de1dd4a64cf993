using System.Net;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;

namespace Doorward.Agent.People;

/// <summary>Which Doorward a person signs in at, and how it is reached and believed.</summary>
internal sealed record Installation
{
    private const string Label = "auth.";

    // A person may be on a slow line, and waits rather than starts anew.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Scheme, host and port of <c>auth.</c>.</summary>
    public required Uri Auth { get; init; }

    /// <summary>In PEM; null to believe whom this system believes.</summary>
    public string? Root { get; init; }

    public string? Connect { get; init; }

    /// <summary>Applications are named below it.</summary>
    public string Domain => Auth.Host[Label.Length..];

    public Uri Agent => new UriBuilder(Auth) { Host = $"agent.{Domain}" }.Uri;

    /// <summary>Reads the address of <c>auth.</c>; null when it is none.</summary>
    public static Uri? ParseServer(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var uri)
        && uri.Scheme == "https" && uri.Host.StartsWith(Label, StringComparison.Ordinal) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0
            ? uri
            : null;

    public static Installation Of(PersonRecord record) => new() { Auth = new Uri(record.Auth), Root = record.Root, Connect = record.Connect };

    /// <summary>Where to connect to, whatever names resolve to; null to ask for these.</summary>
    public DnsEndPoint? At => Connect is null ? null : PinnedTransport.ParseEndPoint(Connect);

    /// <param name="own">What is shown when a certificate is asked for.</param>
    public SocketsHttpHandler Transport(X509Certificate2? own = null)
    {
        var transport = Root is null ? PinnedTransport.CreateForSystem(At, own) : PinnedTransport.Create(X509Certificate2.CreateFromPem(Root), At, own);
        PinnedTransport.DialWithin(transport, At, s_patience); // people's ways are worse than machines'
        return transport;
    }
}
