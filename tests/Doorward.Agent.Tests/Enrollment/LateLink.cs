namespace Doorward.Agent.Tests.Enrollment;

/// <summary>A link that comes only when something else has happened, as where two sit at one machine.</summary>
/// <param name="write">The link, of what stands for each of its three parts.</param>
/// <param name="before">What happens first.</param>
internal sealed class LateLink(Func<string, string> write, Action before) : TextReader
{
    private const int PartLength = 43;

    public override string ReadLine()
    {
        before();
        return write(new string('A', PartLength));
    }
}
