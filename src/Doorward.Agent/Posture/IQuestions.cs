namespace Doorward.Agent.Posture;

/// <summary>What a program of the system answered.</summary>
internal sealed record ProgramAnswer(int ExitCode, string Output)
{
    /// <summary>Null unless the program ended well.</summary>
    public string? Good => ExitCode == 0 ? Output : null;
}

/// <summary>Asks programs of the system what no file tells: the firewall's rules, the state of a disk.</summary>
internal interface IQuestions
{
    /// <summary>The answer; null when there is no such program, or it did not come to an end.</summary>
    ProgramAnswer? Ask(string program, params string[] arguments);
}
