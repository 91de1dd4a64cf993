using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Formatting;

/// <summary>Statements: annotations on lines of their own, the scope on one line if it fits, and every clause on a new one.</summary>
internal sealed class PolicyLayout(List<FormatToken> tokens)
{
    private readonly FormatWriter _writer = new();
    private int _at;

    public string Write()
    {
        var expressions = new ExpressionLayout(tokens, _writer);
        while (tokens[_at].Kind != TokenKind.End)
        {
            if (_at > 0) _writer.BlankLine();
            WriteStatement(expressions);
        }
        if (tokens[_at].Before.Count > 0 && _at > 0) _writer.BlankLine();
        _writer.Write(tokens[_at], withSpace: false);
        return _writer.ToString();
    }

    private void WriteStatement(ExpressionLayout expressions)
    {
        while (tokens[_at].Kind == TokenKind.At)
        {
            var last = tokens[_at + 2].Kind == TokenKind.OpenParenthesis ? _at + 4 : _at + 1;
            for (var first = _at; _at <= last; _at++) _writer.Write(tokens[_at], withSpace: false);
            _writer.NewLine();
        }
        // permit (
        _writer.Write(tokens[_at++], withSpace: false);
        expressions.WriteBracket(_at, withSpace: true);
        _at = expressions.EndOf(_at) + 1;
        while (tokens[_at].Kind != TokenKind.Semicolon)
        {
            _writer.NewLine();
            _writer.Write(tokens[_at++], withSpace: false);
            expressions.WriteBracket(_at, withSpace: true);
            _at = expressions.EndOf(_at) + 1;
        }
        _writer.Write(tokens[_at++], withSpace: false);
        _writer.NewLine();
    }
}
