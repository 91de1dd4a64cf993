using System.Collections.Immutable;
using Doorward.Agent.Control;

namespace Doorward.Agent.Connector;

/// <summary>The arguments of <c>connector join</c>.</summary>
internal sealed record JoinOptions
{
    /// <summary>The link, or <c>-</c> for the first line of the input.</summary>
    public string Link { get; init; } = "-";
    public string State { get; init; } = ConnectorFolder.Usual;
    public ImmutableArray<string> Connect { get; init; } = [];

    /// <summary>Null when the arguments are not understood.</summary>
    public static JoinOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new JoinOptions();
        if (args is [var first, ..] && (first == "-" || !first.StartsWith('-')))
        {
            options = options with { Link = first };
            args = args[1..];
        }

        for (; !args.IsEmpty; args = args[2..])
        {
            var next = args switch
            {
                ["--state", var value, ..] => options with { State = value },
                ["--connect", var value, ..] when PinnedTransport.ParseEndPoint(value) is not null => options with { Connect = options.Connect.Add(value) },
                _ => null,
            };
            if (next is null) return null;
            options = next;
        }

        return options;
    }
}
