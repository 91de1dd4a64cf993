namespace Doorward.Agent.Posture;

/// <summary>
/// Answers that were recorded beside a tree's files: <c>answers/nft -j list ruleset</c> with slashes as <c>_</c>, the exit code in the first
/// line. What was not recorded is a program that is not there.
/// </summary>
internal sealed class RecordedQuestions(FileTree files) : IQuestions
{
    public ProgramAnswer? Ask(string program, params string[] arguments)
    {
        var name = string.Join(' ', [program, .. arguments]).Replace('/', '_').Replace('\\', '_').Replace(':', '_');
        if (files.ReadText($"answers/{name}") is not { } text) return null;
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end > 0 && int.TryParse(text[..end], out var code) ? new ProgramAnswer(code, text[(end + 1)..]) : null;
    }
}
