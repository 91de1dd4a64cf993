using System.Globalization;
using Doorward.Agent.People;
using Doorward.Agent.State;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>The arguments of <c>connect</c>, <c>forward</c>, <c>proxy</c> and the SSH commands.</summary>
internal sealed record TunnelOptions
{
    public string Application { get; init; } = "";

    /// <summary><c>HOST:PORT</c>, for an application with several.</summary>
    public string? Target { get; init; }

    /// <summary>Of this machine; 0 for any that is free.</summary>
    public int? Port { get; init; }

    /// <summary>The user on the server; null for the first that policy permits.</summary>
    public string? Login { get; init; }

    public string State { get; init; } = AgentFolder.Usual;

    public string Folder { get; init; } = PersonFolder.Usual;

    /// <summary>What follows <c>--</c>.</summary>
    public string[] Rest { get; init; } = [];

    /// <summary>Null when the arguments are not understood.</summary>
    /// <param name="args">After the command.</param>
    /// <param name="named">Whether an application is named first.</param>
    public static TunnelOptions? Parse(ReadOnlySpan<string> args, bool named)
    {
        var options = new TunnelOptions();
        if (named)
        {
            if (args is not [var name, ..] || !IsName(name)) return null;
            options = options with { Application = name };
            args = args[1..];
        }

        for (; !args.IsEmpty; args = args[2..])
        {
            if (args[0] == "--") return options with { Rest = args[1..].ToArray() };
            var next = args switch
            {
                ["--target", var value, ..] when TunnelTarget.TryRead(value, out _, out _) => options with { Target = value },
                ["--port", var value, ..] when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => options with { Port = port },
                ["--login", var value, ..] when value.Length > 0 && value[0] != '-' => options with { Login = value },
                ["--state", var value, ..] => options with { State = value },
                ["--folder", var value, ..] => options with { Folder = value },
                _ => null,
            };
            if (next is null) return null;
            options = next;
        }

        return options;
    }

    // As resources are named. A name with a slash would be another path.
    internal static bool IsName(string text) => text.Length is > 0 and <= 64 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@') && char.IsAsciiLetterOrDigit(text[0]);
}
