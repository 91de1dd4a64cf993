using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Tests.Lexing;

internal static class TestText
{
    public static string Quote(string text) => CedarText.Quote(text);
}
