;;; memento-evil.el --- memento's keys under evil  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Loaded where evil is.  The keys of memento's buffers work in normal and motion state as their help says, except that
;; `g' stays evil's prefix: `gr' looks again, as in evil-collection.  `h', `j', `k' and `l' move.

;;; Code:

(require 'seq)

(declare-function evil-define-key* "ext:evil-core")
(declare-function evil-set-initial-state "ext:evil-core")
(defvar memento-review-list-mode-map)
(defvar memento-review-capture-mode-map)
(defvar memento-review-tests-mode-map)
(defvar memento-diff-review-mode-map)
(defvar memento-diff-submit-mode-map)
(defvar memento-cards-quiz-mode-map)
(defvar doom-leader-map)
(defvar evil-normal-state-map)
(defvar evil-visual-state-map)
(defvar evil-motion-state-map)

(defun memento--evil-keys (map keys)
  "Have the KEYS of MAP work in normal and motion state."
  (dolist (key keys)
    (evil-define-key* '(normal motion) map (kbd key) (lookup-key map (kbd key))))
  (evil-define-key* '(normal motion) map (kbd "gr") #'revert-buffer))

(defun memento--evil-buffer (mode map keys)
  "Set up the buffers of MODE for evil: motion state, with the KEYS of MAP."
  (evil-set-initial-state mode 'motion)
  (memento--evil-keys map keys))

(defun memento--evil-list ()
  "Set up the list of remarks for evil."
  (memento--evil-buffer 'memento-review-list-mode memento-review-list-mode-map
                        '("RET" "o" "d" "r" "D" "e" "/" "?" "n" "p" "q" "S")))

(defun memento--evil-capture ()
  "Set up the buffer in which a remark is written for evil."
  (evil-set-initial-state 'memento-review-capture-mode 'insert)
  (evil-define-key* 'normal memento-review-capture-mode-map
    (kbd "ZZ") #'memento-review-capture-finish
    (kbd "ZQ") #'memento-review-capture-abandon))

(defun memento--evil-tests ()
  "Set up the buffer of a failed test gate for evil."
  (evil-set-initial-state 'memento-review-tests-mode 'motion)
  (evil-define-key* '(normal motion) memento-review-tests-mode-map (kbd "q") #'quit-window))

(defun memento--evil-prompts (mode map keys)
  "Set up the buffers of prompts of MODE for evil: the KEYS of MAP and its digits.
What marks prompts works on a visual region too."
  (let ((marks '("0" "1" "2" "3" "4" "5" "t" "w" "d")))
    (memento--evil-buffer mode map (append keys marks '("N" "u" "P" "s" "S" "K")))
    (dolist (key marks)
      (evil-define-key* 'visual map (kbd key) (lookup-key map (kbd key))))))

;; Doom's leader, SPC, is above the keys of every mode in motion and normal state, and SPC is the quiz's first key.
(defun memento--evil-quiz ()
  "Set up the quiz for evil."
  (if (keymapp (bound-and-true-p doom-leader-map))
      (evil-set-initial-state 'memento-cards-quiz-mode 'emacs)
    (evil-set-initial-state 'memento-cards-quiz-mode 'motion)
    (dolist (key '("SPC" "1" "2" "3" "4" "5" "a" "h" "g" "e" "E" "u" "s" "RET" "f" "N" "A" "C" "L" "i" "q" "?"))
      (evil-define-key* '(normal motion) memento-cards-quiz-mode-map
        (kbd key) (lookup-key memento-cards-quiz-mode-map (kbd key))))))

(defun memento--evil-cards (mode map keys)
  "Set up the buffers of cards of MODE for evil: the KEYS of MAP.
They work on a visual region too."
  (memento--evil-buffer mode map keys)
  (dolist (key (seq-intersection keys '("m" "a" "s" "d" "r" "x")))
    (evil-define-key* 'visual map (kbd key) (lookup-key map (kbd key)))))

;; `k' and `l' move, as everywhere under evil: in a review `x' deletes a comment, and `L' logs it.
(defun memento--evil-diff ()
  "Set up a review of a diff for evil; its keys work on a visual region too."
  (memento--evil-buffer 'memento-diff-review-mode memento-diff-review-mode-map
                        '("n" "p" "N" "P" "{" "}" "RET" "o" "TAB" "<backtab>" "=" "a" "A" "r" "R" "c" "x" "u" "U" "e" "L" "w"
                          "?" "q"))
  (evil-define-key* '(normal motion) memento-diff-review-mode-map (kbd "gj") #'memento-diff-next-undecided)
  (dolist (key '("a" "r" "c" "L" "w" "U"))
    (evil-define-key* 'visual memento-diff-review-mode-map
      (kbd key) (lookup-key memento-diff-review-mode-map (kbd key)))))

(defun memento--evil-diff-submit ()
  "Set up the buffer from which a review is submitted for evil."
  (evil-set-initial-state 'memento-diff-submit-mode 'insert)
  (evil-define-key* 'normal memento-diff-submit-mode-map
    (kbd "RET") #'memento-diff-submit-return
    (kbd "ZZ") #'memento-diff-submit-finish
    (kbd "ZQ") #'memento-diff-submit-abandon))

(declare-function memento-diff-next-undecided "memento-diff-move")
(declare-function memento-diff-submit-return "memento-diff-submit")
(declare-function memento-diff-submit-finish "memento-diff-submit")
(declare-function memento-diff-submit-abandon "memento-diff-submit")
(declare-function memento-review-capture-finish "memento-review-capture")
(declare-function memento-review-capture-abandon "memento-review-capture")

(defun memento--evil-leader (key keymap)
  "Bind KEY after evil's leader, SPC, to KEYMAP."
  (dolist (map (list evil-normal-state-map evil-visual-state-map evil-motion-state-map))
    (let ((space (lookup-key map (kbd "SPC"))))
      (cond
       ;; The person has made SPC the leader with `evil-set-leader': it sends <leader>.
       ((eq space 'evil-send-leader)
        (define-key map (vconcat [leader] (kbd key)) keymap))
       (t
        (unless (or (null space) (keymapp space))
          ;; A command, such as evil's own `evil-forward-char', would keep SPC from being a prefix.
          (define-key map (kbd "SPC") nil))
        (define-key map (kbd (concat "SPC " key)) keymap))))))

(provide 'memento-evil)
;;; memento-evil.el ends here
