namespace Doorward.Agent.State;

/// <summary>The arguments of commands that say how something does.</summary>
/// <param name="State">The folder of what is asked about.</param>
/// <param name="IsJson">Whether a program reads the answer.</param>
internal sealed record StatusArguments(string State, bool IsJson)
{
    /// <summary>Null when the arguments are not understood.</summary>
    public static StatusArguments? Parse(ReadOnlySpan<string> args, string usual)
    {
        var arguments = new StatusArguments(usual, IsJson: false);
        for (; !args.IsEmpty; args = args[2..])
        {
            arguments = args switch
            {
                ["--state", var value, ..] => arguments with { State = value },
                ["-o", "json", ..] => arguments with { IsJson = true },
                ["-o", "table", ..] => arguments with { IsJson = false },
                _ => null,
            };
            if (arguments is null) return null;
        }

        return arguments;
    }
}
