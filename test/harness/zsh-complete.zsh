# What a real zsh offers for a command line: zsh -f zsh-complete.zsh <script> <line>, one candidate a line.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= RPROMPT= ; stty -echo ; autoload -Uz compinit ; compinit -u -D ; source ${(q)1}"
# What is typed is shown, too, so the words that are waited for are not typed in one piece.
zpty -w z 'bindkey "^I" complete-word ; zle -C complete-word complete-word offer'
# A match is printed instead of taken; what compadd filters for others is left to it.
zpty -w z 'compadd() { [[ "${@[1,(i)(-|--)]}" == *-(O|A|D)* ]] && { builtin compadd "$@"; return } ; local -a hits ; builtin compadd -A hits "$@" ; (( $#hits )) && print && print -l -- "="${^hits} }'
zpty -w z 'offer() { _main_complete ; print ; print -- "=E""ND" ; exit }'
zpty -w z 'print "=REA""DY"'
zpty -r -m z ready $'*=READY*'
zpty -n -w z "$2"$'\t'
zpty -r -m z answer '*=END*'
print -r -- "$answer" | tr -d '\r' | sed -n 's/^=//p' | grep -v '^END$' | sort -u
