namespace Doorward.Agent.Enrollment;

/// <summary>How a command gets its one-time link.</summary>
internal static class LinkPrompt
{
    /// <summary>The link that was given, or the first line of the input.</summary>
    /// <param name="given">The link, or <c>-</c> to ask for it.</param>
    /// <param name="command">Which asks for it, to be told to whoever gave it as an argument.</param>
    /// <param name="label">What is asked for.</param>
    /// <param name="input">Where it is typed.</param>
    /// <param name="errors">Where it is asked for.</param>
    public static string Read(string given, string command, string label, TextReader input, TextWriter errors)
    {
        if (given != "-")
        {
            errors.WriteLine($"Others on this machine can read arguments while a command runs; {command} - asks for the link.");
            return given;
        }

        errors.WriteLine($"{label}:");
        return input.ReadLine() ?? "";
    }
}
